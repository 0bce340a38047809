import { config } from "zod";

// Before any schema is made: compiling them would need the right to make code from text, which the page does not have.
config({ jitless: true });

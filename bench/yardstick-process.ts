// W1 by the yardstick from the start of the process to the printed result.
import { w1Series } from "./data.ts";
import { runYardstick, yardstickBars } from "./yardstick.ts";

console.log(JSON.stringify(runYardstick([yardstickBars(w1Series())], [[10, 30]])));

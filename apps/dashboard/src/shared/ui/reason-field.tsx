import type { ReactNode } from "react";
import { TextField } from "./field.tsx";

/** As long as the contract takes. */
const REASON_MAX = 500;

type Props = Readonly<{
  value: string;
  onValue: (value: string) => void;
  /** Where it is kept, and who will read it. */
  hint?: string;
  /** False: it may be left out. */
  required?: boolean;
  className?: string;
}>;

/** Why something is done: wanted wherever people change something, kept with who did it. */
export const ReasonField = ({ value, onValue, hint = "Kept in the journal.", required = true, className }: Props): ReactNode => (
  <TextField
    label="Why"
    required={required}
    maxLength={REASON_MAX}
    value={value}
    hint={hint}
    onChange={(event) => onValue(event.target.value)}
    {...(className === undefined ? {} : { className })}
  />
);

/** Whether something was said. */
export const isReason = (text: string): boolean => text.trim() !== "";

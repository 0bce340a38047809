/** Why an intent does not stand, with the field's path inside it. */
export type IntentProblem = Readonly<{
  code:
    | "INTENT_TYPE_UNKNOWN"
    | "INTENT_FIELD_MISSING"
    | "INTENT_FIELD_UNKNOWN"
    | "INTENT_NOT_A_NUMBER"
    | "INTENT_NOT_POSITIVE"
    | "INTENT_TOO_LARGE"
    | "INTENT_NOT_A_PERCENT"
    | "INTENT_WORD_UNKNOWN"
    | "INTENT_STOP_MISSING"
    | "INTENT_SYMBOL_UNKNOWN"
    | "INTENT_SYMBOL_AMBIGUOUS"
    | "INTENT_TEXT_INVALID";
  path: string;
  message: string;
}>;

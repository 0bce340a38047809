/** Why parameters were refused: the code, the parameter's name, and a sentence with the value and the bound. */
export type ParamProblem = Readonly<{
  code:
    | "PARAM_UNKNOWN"
    | "PARAM_NOT_A_NUMBER"
    | "PARAM_NOT_WHOLE"
    | "PARAM_NOT_A_PERCENT"
    | "PARAM_NOT_A_CHOICE"
    | "PARAM_NOT_TRUE_OR_FALSE"
    | "PARAM_NOT_TEXT"
    | "PARAM_TOO_SMALL"
    | "PARAM_TOO_LARGE"
    | "PARAM_MISMATCH"
    | "PARAM_DECLARATION_FAILED";
  path: string;
  message: string;
}>;

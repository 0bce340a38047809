import { Desk } from "../desk/desk.ts";
import { printChange, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";

/** `bulkhead alarms list`: what somebody must look at, and had to. */
export async function alarmsList(shell: Shell, options: Options): Promise<0> {
  const desk = new Desk(shell, options);
  const answer = await desk.ask("listAlarms", { query: { state: options["all"] === true ? "all" : "active" } });
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Alarm", "alarm_id"],
        ["Since (UTC)", "raised_at", "instant"],
        ["Severity", "severity"],
        ["Portfolio", "portfolio_id"],
        ["Active", "active"],
        ["What", "says"],
      ],
      answer.data,
      "No alarms.",
    ),
  );
  return 0;
}

/** `bulkhead alarms test`: sends one through the channel and says whether it was heard. */
export async function alarmsTest(shell: Shell, options: Options): Promise<0 | 1> {
  const tested = await new Desk(shell, options).change("testAlarms", { body: {} });
  const { delivered, took_ms, answer } = tested.answer.data;
  printChange(shell, options["json"] === true, tested, () =>
    delivered ? `Delivered in ${took_ms} ms: ${answer}\n` : `Not delivered: ${answer === "" ? "no answer yet" : answer}\n`,
  );
  return delivered ? 0 : 1;
}

/** `bulkhead alarms acknowledge ID`: somebody looks at it; it is not told again. */
export async function alarmsAcknowledge(shell: Shell, options: Options, id = ""): Promise<0> {
  const done = await new Desk(shell, options).change("acknowledgeAlarm", { params: { alarm_id: id }, body: {} });
  printChange(shell, options["json"] === true, done, () => `Alarm ${id} is acknowledged: ${done.answer.data.says}\n`);
  return 0;
}

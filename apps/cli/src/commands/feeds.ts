import { Desk } from "../desk/desk.ts";
import { cellOf, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";

/** `bulkhead feeds`: how the market data stands with its source, instrument by instrument. */
export async function feeds(shell: Shell, options: Options): Promise<0> {
  const answer = await new Desk(shell, options).ask("listFeeds", {});
  print(shell, options["json"] === true, answer, () =>
    answer.data
      .map(({ feed, connection, since, reason, lag_ms, reconnects, bars, dropped, instruments }) => {
        const late = lag_ms === null ? "" : `, ${lag_ms} ms late`;
        const why = reason === null ? "" : `: ${reason}`;
        const head = `${feed}: ${connection} since ${cellOf(since, "instant")}${why}; ${bars} bars${late}, ${reconnects} reconnects, ${dropped} left out\n`;
        return `${head}${rowsText(
          [
            ["Instrument", "instrument"],
            ["Bars", "resolution"],
            ["Last (UTC)", "last_bar_at", "instant"],
            ["Open", "market_open"],
            ["Opens (UTC)", "next_open_at", "instant"],
            ["Trouble", "trouble_reason"],
          ],
          instruments,
          "No instruments.",
        )}`;
      })
      .join("\n"),
  );
  return 0;
}

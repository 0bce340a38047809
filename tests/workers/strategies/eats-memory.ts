import { p, strategy } from "@bulkhead/strategies";

const eaten: unknown[] = [];

/** Grows without end: while it is asked, or when nobody looks. */
export default strategy({
  name: "eats-memory",
  params: { asked: p.bool(true) },
  onBar({ params }) {
    const eat = (): void => {
      for (let i = 0; i < 1_000_000; i++) eaten.push({ i, text: `${i}`.repeat(10) });
    };
    if (params.asked) for (;;) eat();
    else setInterval(eat, 1);
  },
});

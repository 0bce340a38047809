const eaten: unknown[] = [];
for (;;) eaten.push({ text: `${eaten.length}`.repeat(20) });

import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { expect, test } from "vitest";
import { OpenQuestions } from "./open-questions.ts";

const at = (ms: number): InstantMs => ms as InstantMs;
const ORDER = 1 as VenueOrderSeq;

test("[LIVE-21] B1 an unknown order is looked up after 1, 2, 5, 10 and 30 seconds, then every minute, until it is known", () => {
  const questions = new OpenQuestions();
  questions.are([ORDER], at(0));
  const asked: number[] = [];
  while (asked.length < 8) {
    const due = at(questions.dueAt);
    expect(questions.next(due)).toEqual([ORDER]);
    asked.push(due / 1_000);
    questions.answered(ORDER, due);
  }
  expect(asked).toEqual([1, 2, 5, 10, 30, 90, 150, 210]);
  questions.are([], at(211_000));
  expect(questions.dueAt).toBe(Number.POSITIVE_INFINITY);
});

test("[LIVE-21] one question at a time, and all at once where a connection begins", () => {
  const questions = new OpenQuestions();
  questions.are([ORDER, 2 as VenueOrderSeq], at(0));
  expect(questions.next(at(1_000))).toEqual([1, 2]);
  expect(questions.next(at(90_000))).toEqual([]);
  questions.hurry(at(100_000));
  expect(questions.next(at(100_000))).toEqual([1, 2]);
  questions.answered(ORDER, at(100_000));
  expect(questions.size).toBe(2);
});

import type { Fact } from '../../model/index.ts';
import { describeObject } from '../../model/index.ts';
import type { Action, Rule } from './rules.ts';

/** A rule that matches, or may match. */
export interface Hit {
  readonly rule: Rule;
  /** What it does, which is not what it says where it fails closed. */
  readonly action: Action;
  readonly certain: boolean;
}

/** What one or more policies may come to for a packet. */
export interface Course {
  /** In order; nothing behind a certain one. Empty = nothing can match. */
  readonly hits: readonly Hit[];
  /** True where it may be that no rule matches, so that what comes next is asked. */
  readonly open: boolean;
  readonly facts: readonly Fact[];
}

export const nothing: Course = { hits: [], open: true, facts: [] };

/** One course after the other: the second is asked where the first stays open. */
export function followedBy(first: Course, second: () => Course): Course {
  if (!first.open) return first;
  const next = second();
  if (first.hits.length === 0) return next;
  if (next.hits.length === 0) return first;
  return {
    hits: [...first.hits, ...next.hits],
    open: next.open,
    facts: [...first.facts, ...next.facts],
  };
}

/**
 * Courses of policies that nothing orders. Where they would do different things, which of them is obeyed is left to the network plugin.
 */
export function tied(courses: readonly Course[]): Course {
  const live = courses.filter((course) => course.hits.length > 0);
  if (live.length < 2) return live[0] ?? nothing;
  const hits = live.flatMap((course) => course.hits);
  const facts = live.flatMap((course) => course.facts);
  const all = actionsOf(hits);
  const differ = live.some((course) => actionsOf(course.hits).size < all.size);
  return {
    hits,
    open: live.every((course) => course.open),
    facts: differ ? [...facts, tieFact(hits)] : facts,
  };
}

function actionsOf(hits: readonly Hit[]): ReadonlySet<Action> {
  return new Set(hits.map((hit) => hit.action));
}

function tieFact(hits: readonly Hit[]): Fact {
  const names = [...new Set(hits.map((hit) => describeObject(hit.rule.policy)))].sort();
  return {
    kind: 'implementation',
    topic: 'priority tie',
    detail: `${names.join(' and ')} do different things with this traffic and nothing says which comes first`,
  };
}

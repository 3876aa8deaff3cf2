/** How much is to be sent, and when. */
export interface LoadPlan {
  /** How many deliveries in all; absent, until the time is up. */
  total?: number | undefined;
  /** No delivery begins after so long, in milliseconds. */
  durationMs?: number | undefined;
  /** Deliveries are due at this rate; absent, as soon as a connection is free. */
  perSecond?: number | undefined;
}

export interface Schedule {
  /** When the next delivery is due: now or before, later, or never again (Infinity). */
  nextDue(now: number): number;
  /** The next one has left. */
  take(): void;
  /** How many were due by now, and have not left. */
  missed(now: number): number;
}

/** Pure but for its count: moments are on the caller's clock, in milliseconds. */
export function createSchedule(plan: LoadPlan, startedAt: number): Schedule {
  const { total = Infinity, durationMs = Infinity, perSecond } = plan;
  const endAt = startedAt + durationMs;
  const everyMs = perSecond === undefined ? 0 : 1000 / perSecond;
  let taken = 0;
  return {
    nextDue: (now) => {
      if (taken >= total || now >= endAt) return Infinity;
      if (everyMs === 0) return now;
      const dueAt = startedAt + taken * everyMs;
      return dueAt < endAt ? dueAt : Infinity;
    },
    take: () => {
      taken += 1;
    },
    missed: (now) => {
      if (everyMs === 0) return 0;
      const due = now >= endAt ? Math.ceil(durationMs / everyMs) : Math.floor((now - startedAt) / everyMs) + 1;
      return Math.max(0, Math.min(total, due) - taken);
    },
  };
}

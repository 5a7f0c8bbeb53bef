const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_MS = 86_400_000;

/** A day begins at midnight in Shanghai; an instant is what it is. */
export const grantBegins = (text: string): Date => new Date(DAY.test(text) ? `${text}T00:00:00+08:00` : text);

/** The last day counts: a grant until 2026-12-31 ends when 2027 begins. */
export const grantEnds = (text: string): Date =>
  DAY.test(text) ? new Date(new Date(`${text}T00:00:00+08:00`).getTime() + DAY_MS) : new Date(text);

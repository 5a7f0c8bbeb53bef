import { isUscc } from '../dist/src/institutions/uscc.js';

/** The n-th USCC of the benches: a division code that does not exist, the right check digit. */
export function benchUscc(n) {
  const body = `91990188MA${String(n).padStart(7, '0')}`;
  return body + [...'0123456789ABCDEFGHJKLMNPQRTUWXY'].find((digit) => isUscc(body + digit));
}

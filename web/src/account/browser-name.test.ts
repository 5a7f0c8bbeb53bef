import { expect, it } from '@jest/globals';
import { browserOf } from './browser-name.js';

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';

it.each([
  [`${WINDOWS} Chrome/109.0.0.0 Safari/537.36`, 'Chrome 109 · Windows'],
  [`${WINDOWS} Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0`, 'Edge 120 · Windows'],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox 128 · Linux'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15',
    'Safari 17 · macOS',
  ],
  ['curl/7.88.1', 'curl/7.88.1'],
  ['', '未说明'],
  ['x'.repeat(60), `${'x'.repeat(40)}…`],
])('%s is shown as %s', (agent, expected) => expect(browserOf(agent)).toBe(expected));

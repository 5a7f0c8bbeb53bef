import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { People } from '../../src/identity/people.service.js';
import type { Role } from '../../src/lifecycle/lifecycle.js';
import { withClient } from '../../src/platform/connections.service.js';
import { systemActor } from '../../src/platform/database.service.js';
import { District } from '../district.js';
import type { Answer } from '../person.js';

const PUBLIC_URL = 'http://127.0.0.1:3999';
let server: Server;
let issuer: string;
let district: District;
/** What the provider says of whoever signs in. */
let person: { sub: string; amr?: string[] } = { sub: 'nobody' };

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'greenrank',
        client_secret: 'a secret of the test alone',
        redirect_uris: [`${PUBLIC_URL}/api/v1/auth/oidc/callback`],
      },
    ],
    claims: { openid: ['sub', 'amr'] },
    findAccount: async (_: unknown, sub: string) => ({ accountId: sub, claims: async () => ({ ...person, sub }) }),
    // The provider's own page of sign-in: this one asks nobody anything.
    interactions: { url: (_: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    cookies: { keys: ['test'] },
    jwks: undefined,
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    conformIdTokenClaims: false,
  });
  const callback = provider.callback();
  server.on('request', async (request, response) => {
    if (!request.url?.startsWith('/interaction/')) return callback(request, response);
    const details = await provider.interactionDetails(request, response);
    if (details.prompt.name === 'login')
      return provider.interactionFinished(request, response, {
        login: { accountId: person.sub, ...(person.amr ? { amr: person.amr } : {}) },
      });
    const grant = new provider.Grant({ accountId: person.sub, clientId: 'greenrank' });
    grant.addOIDCScope('openid');
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  });
  const oidc = { issuer, clientId: 'greenrank', clientSecret: 'a secret of the test alone', publicUrl: PUBLIC_URL };
  district = await District.open({ oidc: { ...oidc, title: '区统一身份认证' } });
});
afterAll(async () => {
  await district.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function account(username: string, roles: Role[], externalId: string): Promise<void> {
  const department = roles.includes('department_editor') ? 'ecology' : 'finance_bureau';
  const entry = { username, name: username, roles, institutionId: null, department, password: null };
  const id = await district.app.get(People).add(systemActor('test'), entry);
  await withClient(district.owner, (client) =>
    client.query('update user_account set external_id = $2 where id = $1', [id, externalId]),
  );
}

const cookies = (headers: Headers, kept: Map<string, string>): string => {
  for (const line of headers.getSetCookie()) {
    const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
    kept.set(name, value);
  }
  return [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
};

/** Follows the provider's redirects with its cookies until it sends the browser back. */
async function atProvider(address: string): Promise<string> {
  const kept = new Map<string, string>();
  let next = address;
  for (let steps = 0; steps < 10 && !next.startsWith(PUBLIC_URL); steps++) {
    const cookie = [...kept].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    cookies(response.headers, kept);
    next = new URL(response.headers.get('location') ?? '', next).href;
  }
  return next;
}

interface Walk {
  readonly back: string;
  readonly flow: string;
}

async function toProviderAndBack(): Promise<Walk> {
  const begun = await district.nobody.asks('GET', '/auth/oidc');
  expect(begun.status).toBe(302);
  const setCookie = String(begun.headers['set-cookie']);
  expect(setCookie).toMatch(/^greenrank_oidc=.*HttpOnly.*SameSite=Lax/);
  const back = await atProvider(String(begun.headers.location));
  return { back: back.slice(PUBLIC_URL.length), flow: setCookie.split(';')[0] ?? '' };
}

const arrives = ({ back, flow }: Walk): Promise<Answer> =>
  district.nobody.asks('GET', back, undefined, { cookie: flow });

const sessionOf = (answer: Answer): string =>
  [answer.headers['set-cookie']]
    .flat()
    .map(String)
    .find((line) => line.startsWith('greenrank_session='))
    ?.split(';')[0] ?? '';

it('the page of sign-in offers it by its name', async () => {
  const { body } = await district.nobody.asks('GET', '/auth/options');
  expect(body).toMatchObject({ oidc: { title: '区统一身份认证' } });
});

it('a department signs in through the provider of the house', async () => {
  await account('sun', ['department_editor'], 'sub-sun');
  person = { sub: 'sub-sun' };
  const answer = await arrives(await toProviderAndBack());
  expect([answer.status, answer.headers.location]).toEqual([302, '/home']);
  const me = await district.nobody.asks('GET', '/auth/me', undefined, { cookie: sessionOf(answer) });
  expect(me.body).toMatchObject({ user: { username: 'sun' }, roles: ['department_editor'] });
});

it('a bureau role must have shown a second factor there', async () => {
  await account('zhou', ['officer'], 'sub-zhou');
  person = { sub: 'sub-zhou', amr: ['pwd'] };
  expect((await arrives(await toProviderAndBack())).headers.location).toBe('/sign-in?problem=OIDC_WEAK');
  person = { sub: 'sub-zhou', amr: ['pwd', 'otp'] };
  expect((await arrives(await toProviderAndBack())).headers.location).toBe('/home');
});

it('whom no account knows is told so and gets no session', async () => {
  person = { sub: 'sub-stranger' };
  const answer = await arrives(await toProviderAndBack());
  expect(answer.headers.location).toBe('/sign-in?problem=OIDC_UNKNOWN');
  expect(sessionOf(answer)).toBe('');
});

it('an answer that this browser did not ask for, or that was used, is refused', async () => {
  person = { sub: 'sub-sun' };
  const first = await toProviderAndBack();
  const second = await toProviderAndBack();
  const refused = '/sign-in?problem=OIDC_REFUSED';
  expect((await arrives({ back: first.back, flow: second.flow })).headers.location).toBe(refused);
  expect((await arrives({ back: first.back, flow: '' })).headers.location).toBe(refused);
  expect((await arrives(second)).headers.location).toBe('/home');
  expect((await arrives(second)).headers.location).toBe(refused);
});

it('a provider that is away sends back to the page of sign-in, and is asked again the next time', async () => {
  const oidc = { issuer: 'http://127.0.0.1:1', clientId: 'x', clientSecret: 'x', publicUrl: PUBLIC_URL, title: 'x' };
  const alone = await District.open({ oidc });
  try {
    for (let i = 0; i < 2; i++) {
      const answer = await alone.nobody.asks('GET', '/auth/oidc');
      expect([answer.status, answer.headers.location]).toEqual([302, '/sign-in?problem=OIDC_AWAY']);
    }
  } finally {
    await alone.close();
  }
});

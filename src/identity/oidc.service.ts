import { Inject, Injectable } from '@nestjs/common';
import * as client from 'openid-client';
import { Database, systemActor } from '../platform/database.service.js';
import { type OidcSettings, SETTINGS, type Settings } from '../platform/settings.js';
import { DomainError, notFound } from '../problems/problems.js';
import { type AccountRow, account } from './sessions.service.js';
import { SignIn } from './sign-in.service.js';

const SIGN_IN = systemActor('sign-in');
/** Authentication methods (RFC 8176) that show more than a password. */
const STRONG = ['mfa', 'otp', 'hwk', 'swk', 'pop', 'fpt', 'sc'];

/** What the browser keeps while the person is with the provider. */
export interface OidcFlow {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** Sign-in by the provider of the house: authorization code with PKCE (OpenID Connect Core 1.0, 3.1). */
@Injectable()
export class Oidc {
  private configuration: Promise<client.Configuration> | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly database: Database,
    private readonly signIn: SignIn,
  ) {}

  get title(): string | null {
    return this.settings.oidc?.title ?? null;
  }

  /** Where to send the browser. @throws NOT_FOUND without a provider, OIDC_AWAY */
  async begin(): Promise<{ address: string; flow: OidcFlow }> {
    const oidc = this.required();
    const flow = {
      state: client.randomState(),
      nonce: client.randomNonce(),
      verifier: client.randomPKCECodeVerifier(),
    };
    const address = client.buildAuthorizationUrl(await this.discovered(oidc), {
      redirect_uri: callbackOf(oidc),
      scope: 'openid',
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: await client.calculatePKCECodeChallenge(flow.verifier),
      code_challenge_method: 'S256',
    });
    return { address: address.href, flow };
  }

  /**
   * The account's id.
   * @param query what the provider sent along
   * @throws OIDC_REFUSED, OIDC_UNKNOWN (no account has this subject), OIDC_WEAK (a bureau role without a second factor), NO_GRANT
   */
  async finish(query: string, flow: OidcFlow): Promise<string> {
    const oidc = this.required();
    const configuration = await this.discovered(oidc);
    const tokens = await client
      .authorizationCodeGrant(configuration, new URL(`${callbackOf(oidc)}?${query}`), {
        expectedState: flow.state,
        expectedNonce: flow.nonce,
        pkceCodeVerifier: flow.verifier,
        idTokenExpected: true,
      })
      .catch((): never => {
        throw new DomainError('OIDC_REFUSED', 403, '统一认证没有通过，请重试');
      });
    const claims = tokens.claims();
    const found = await this.database.transaction(SIGN_IN, (tx) =>
      tx.row<AccountRow>(`${account('$2')} where u.external_id = $1 and u.disabled_at is null`, [
        claims?.sub ?? '',
        tx.now,
      ]),
    );
    if (!found) throw new DomainError('OIDC_UNKNOWN', 403, '此统一认证账号还没有对应的用户，请联系安全管理员');
    if (found.roles.length === 0) throw new DomainError('NO_GRANT', 403, '账号目前没有角色，请联系安全管理员');
    const methods = Array.isArray(claims?.amr) ? claims.amr : [];
    if (this.signIn.needsSecondFactor(found.roles) && !methods.some((method) => STRONG.includes(String(method))))
      throw new DomainError('OIDC_WEAK', 403, '此角色须以多因素方式通过统一认证');
    return found.id;
  }

  private required(): OidcSettings {
    if (!this.settings.oidc) throw notFound();
    return this.settings.oidc;
  }

  private discovered({ issuer, clientId, clientSecret }: OidcSettings): Promise<client.Configuration> {
    const options = issuer.startsWith('http://') ? { execute: [client.allowInsecureRequests] } : {};
    this.configuration ??= client
      .discovery(new URL(issuer), clientId, clientSecret, client.ClientSecretBasic(clientSecret), options)
      .catch((): never => {
        this.configuration = null; // asked again next time
        throw new DomainError('OIDC_AWAY', 503, '统一认证暂时无法连接，请稍后重试');
      });
    return this.configuration;
  }
}

const callbackOf = ({ publicUrl }: OidcSettings): string => `${publicUrl}/api/v1/auth/oidc/callback`;

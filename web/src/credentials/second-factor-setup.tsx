import { QRCode } from 'antd';
import { INK } from '../theme.js';
import './credentials.css';

export interface Enrolment {
  /** Base32. */
  readonly secret: string;
  /** `otpauth://…`. */
  readonly uri: string;
}

/** What the authenticator app must be told, as a picture and as letters. */
export function SecondFactorSetup({ secret, uri }: Enrolment) {
  return (
    <div className="enrolment">
      <QRCode value={uri} type="svg" size={184} color={INK} bordered={false} aria-label="动态口令二维码" />
      <div>
        <p>用手机上的验证器应用扫描，或在应用中手工输入密钥：</p>
        <p className="secret" data-testid="second-factor-secret">
          {secret.match(/.{1,4}/g)?.join(' ')}
        </p>
        <p className="note">按时间、6 位、30 秒。密钥只在此显示，请勿转发或拍照留存。</p>
      </div>
    </div>
  );
}

import { Inject, Injectable } from '@nestjs/common';
import { createTransport } from 'nodemailer';
import { SETTINGS, type Settings } from '../platform/settings.js';
import { mailText, messageId } from './mail-text.js';
import type { Attempted, ClaimedMail } from './mails.service.js';

const WAIT_MS = 15_000;

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
  readonly response?: string;
}

/** One mail to one server. Says what is known of it afterwards, and throws nothing. */
@Injectable()
export class Mailer {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  async send(mail: ClaimedMail): Promise<Attempted> {
    const { mail: server } = this.settings;
    if (server === null) return { outcome: 'unsent', error: '没有设置邮件服务器（GREENRANK_SMTP）' };
    const transport = createTransport({
      host: server.host,
      port: server.port,
      secure: server.secure,
      ...(server.user === null ? {} : { auth: { user: server.user, pass: server.password ?? '' } }),
      connectionTimeout: WAIT_MS,
      greetingTimeout: WAIT_MS,
      socketTimeout: 2 * WAIT_MS,
    });
    // From the moment the text is handed over nobody can know whether a cut line came before or after its arrival.
    let isHandedOver = false;
    transport.use('stream', ({ message }, done) => {
      const stream = message.createReadStream.bind(message);
      message.createReadStream = (...options) => {
        isHandedOver = true;
        return stream(...options);
      };
      done();
    });
    try {
      await transport.sendMail({
        from: { name: '绿评', address: server.from },
        to: { name: mail.name.replace(/[\p{Cc}<>"@,;:]/gu, ' '), address: mail.email },
        messageId: messageId(mail.notice, server.from),
        headers: { 'Auto-Submitted': 'auto-generated' },
        disableFileAccess: true,
        disableUrlAccess: true,
        ...mailText(mail, server.publicUrl),
      });
      return { outcome: 'sent' };
    } catch (error) {
      return attempted(error as SmtpError, isHandedOver);
    } finally {
      transport.close();
    }
  }
}

function attempted(error: SmtpError, isHandedOver: boolean): Attempted {
  const said = error.response ?? error.message;
  if (error.responseCode !== undefined) {
    // A wrong password of ours (535) or a server that wants one (530) is mended on our side, and is no refusal of the mail.
    const isRefused = error.responseCode >= 500 && error.code !== 'EAUTH' && error.responseCode !== 530;
    return { outcome: isRefused ? 'refused' : 'unsent', error: `邮件服务器答复：${said}` };
  }
  return { outcome: isHandedOver ? 'unknown' : 'unsent', error: `与邮件服务器的连接未成：${said}` };
}

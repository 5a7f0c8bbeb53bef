/** What one mail says. */
export interface MailText {
  readonly title: string;
  readonly todo: string;
  /** A path of our pages. */
  readonly link: string;
}

/** A text on one line: whatever ends or feigns a line of a header becomes a space. */
export const oneLine = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * Subject and plain text of the mail of a notice: title, what to do, where. Figures, reasons and whatever else stands
 * in the notice's body stay in the product, where it is known who reads.
 */
export function mailText({ title, todo, link }: MailText, publicUrl: string): { subject: string; text: string } {
  return {
    subject: `【绿评】${oneLine(title)}`,
    text: [
      `${oneLine(title)}。`,
      oneLine(todo),
      `请登录办理：${publicUrl}${link}`,
      '',
      '本邮件由绿评系统自动发出，请勿回复。报送数据请在系统内填写，不要用邮件发送。',
      '',
    ].join('\n'),
  };
}

/** The same for every attempt at one notice: a server that has the first drops the second (RFC 5322 3.6.4). */
export const messageId = (notice: string, from: string): string =>
  `<notice-${notice}@${from.split('@')[1] ?? 'greenrank'}>`;

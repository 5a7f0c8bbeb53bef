/** What a check of class-validator wants, in Chinese. Its own message is English and carries the numbers. */
export function expectedInChinese(rule: string, message: string): string {
  const numbers = message.match(/-?\d+/g) ?? [];
  const [first = '', second = ''] = numbers;
  switch (rule) {
    case 'isString':
      return '文本';
    case 'isLength':
      if (message.includes('shorter') && !message.includes('longer')) return `至多 ${first} 个字符`;
      return second === '' ? `至少 ${first} 个字符` : `${first}–${second} 个字符`;
    case 'isInt':
      return '整数';
    case 'min':
      return `≥ ${first}`;
    case 'max':
      return `≤ ${first}`;
    case 'isIn':
      return `${/values: (.*)$/.exec(message)?.[1] ?? '允许的值'} 之一`;
    case 'isObject':
      return '对象';
    case 'isArray':
      return '列表';
    case 'arrayMaxSize':
      return `至多 ${first} 项`;
    case 'isBoolean':
      return 'true 或 false';
    case 'isIso8601':
      return '日期或时刻，如 2026-10-20T09:00:00+08:00';
    case 'isDefined':
      return '必填';
    case 'matches':
      return /[\u4e00-\u9fff]/.test(message) ? message : '规定的写法';
    case 'whitelistValidation':
      return '没有这个字段';
    default:
      return message;
  }
}

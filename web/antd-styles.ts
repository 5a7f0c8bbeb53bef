import { fileURLToPath } from 'node:url';
import { extractStyle } from '@ant-design/static-style-extract';
import { ConfigProvider } from 'antd';
import { createElement } from 'react';
import type { Plugin } from 'vite';
import { theme } from './src/theme.js';

/** The components of antd whose style the pages have: those they name, and those these are put together from. */
const STYLED = [
  'Alert',
  'App',
  'Button',
  'Checkbox',
  'Col',
  'ConfigProvider',
  'DatePicker',
  'Drawer',
  'Dropdown',
  'Empty',
  'Form',
  'Input',
  'Menu',
  'Modal',
  'Pagination',
  'Popconfirm',
  'Popover',
  'Progress',
  'QRCode',
  'Radio',
  'Row',
  'Select',
  'Skeleton',
  'Spin',
  'Switch',
  'Table',
  'Tabs',
  'Tooltip',
  'Upload',
  'message',
];

const NAME = 'virtual:antd.css';
const RESOLVED = `\0${NAME}`;

/**
 * antd's style as one file of ours, `virtual:antd.css`, computed from our theme at build time: the pages' security
 * policy refuses the <style> elements that antd would write in the browser. A page that imports a component which
 * STYLED lacks stops the build, since the component would stand there without style.
 */
export const antdStyles = (): Plugin => ({
  name: 'antd-styles',
  resolveId: (id) => (id === NAME ? RESOLVED : undefined),
  load: (id) => (id === RESOLVED ? antdCss() : undefined),
  transform(code, id) {
    if (!id.includes('/web/src/')) return;
    for (const [, names = ''] of code.matchAll(/^import \{([^}]*)\} from ["']antd["']/gm))
      for (const name of names.split(',').map((each) => each.trim()))
        if (name !== '' && !name.startsWith('type ') && !STYLED.includes(name))
          this.error(`web/antd-styles.ts does not name ${name}`);
  },
});

const antdCss = (): string =>
  extractStyle({
    includes: STYLED,
    customTheme: (node) => createElement(ConfigProvider, { theme: { ...theme, zeroRuntime: false } }, node),
  }).replaceAll(/<\/?style[^>]*>/g, '');

/** antd's helper that writes styles in the browser gives way to ours, which keeps to the security policy. */
export const scriptStyles = {
  find: /^.*\/Dom\/dynamicCSS$/,
  replacement: fileURLToPath(new URL('./src/shell/script-styles.ts', import.meta.url)),
};

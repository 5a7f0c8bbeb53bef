import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { antdStyles, scriptStyles } from './web/antd-styles.js';
import { verifierPage } from './web/verifier-page.js';

export default defineConfig({
  root: 'web',
  plugins: [react(), antdStyles(), verifierPage()],
  resolve: { alias: [scriptStyles] },
  server: { proxy: { '/api': 'http://127.0.0.1:3000' } },
  build: {
    outDir: '../web-dist',
    emptyOutDir: true,
    target: 'chrome109',
    cssTarget: 'chrome109',
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            {
              name: 'react',
              test: /node_modules[\\/](react|react-dom|react-router|scheduler|@tanstack)[\\/]/,
              priority: 2,
            },
            { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component|dayjs)[\\/]/, priority: 1 },
          ],
        },
      },
    },
  },
});

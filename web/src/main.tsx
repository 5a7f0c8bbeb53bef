// First, so that the pages' own styles come after and win.
import 'virtual:antd.css';
import './shell/base.css';

import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider } from 'antd';
import zhCN from 'antd/locale/zh_CN';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { Problem } from './api/problem.js';
import { SESSION } from './api/session.query.js';
import { router } from './router.js';
import { theme } from './theme.js';
import 'dayjs/locale/zh-cn'; // names of months and days in calendars
import './shell/print.css';

const RETRIES = 2;

const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    // The session ended meanwhile: the shell asks who is there and leads to the sign-in.
    onError: (problem, query) => {
      if (problem instanceof Problem && problem.status === 401 && query.queryKey[0] !== SESSION[0])
        void queries.resetQueries({ queryKey: SESSION });
    },
  }),
  defaultOptions: {
    queries: {
      retry: (count, problem) => problem instanceof Problem && problem.status === 0 && count < RETRIES,
      refetchOnWindowFocus: false,
      staleTime: 5_000,
    },
  },
});

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(
  <StrictMode>
    <ConfigProvider locale={zhCN} theme={theme} button={{ autoInsertSpace: false }}>
      <App message={{ maxCount: 3 }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </App>
    </ConfigProvider>
  </StrictMode>,
);

import type { ThemeConfig } from 'antd';

export const FONT = '"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif';

/** Segments of a score, in the order of the scheme's parts (ux 5); a pale grey for the sixth, the dark one for bonuses. */
export const SERIES: readonly string[] = ['#0B5CAD', '#E69F00', '#00A37A', '#9C4A82', '#7CC0EE', '#AEB4BC'];
export const SERIES_BONUS = '#3D3D3D';

export const INK = '#1B222B';
export const INK_SECOND = '#4A5462';
export const BLUE = '#0B5CAD';
export const BLUE_DEEP = '#084C8D';
export const HAIR = '#E8ECF0';

export const theme: ThemeConfig = {
  // The style is a file, computed from this theme at build time (web/antd-styles.ts).
  zeroRuntime: true,
  hashed: false,
  cssVar: { key: 'greenrank' },
  token: {
    colorPrimary: BLUE,
    colorInfo: BLUE,
    colorLink: BLUE,
    colorSuccess: '#2E9E6B',
    colorWarning: '#FFD666',
    colorError: '#A8071A',
    colorText: INK,
    colorTextSecondary: INK_SECOND,
    colorTextTertiary: '#5F6977',
    colorTextDescription: '#5F6977',
    colorBorder: '#CDD6DF',
    colorBorderSecondary: HAIR,
    colorBgLayout: '#F4F6F8',
    fontFamily: FONT,
    fontSize: 14,
    fontWeightStrong: 600,
    borderRadius: 4,
    borderRadiusSM: 2,
    controlHeight: 32,
    motion: false,
    boxShadow: 'none',
  },
  components: {
    Table: {
      headerBg: '#F4F6F8',
      headerColor: INK_SECOND,
      headerSplitColor: 'transparent',
      cellPaddingBlockSM: 4,
      cellPaddingInlineSM: 12,
      rowHoverBg: '#F1F6FB',
    },
    Tabs: { horizontalItemPadding: '8px 0', horizontalItemGutter: 28 },
    Button: { primaryShadow: 'none', defaultShadow: 'none', paddingInline: 16 },
  },
};

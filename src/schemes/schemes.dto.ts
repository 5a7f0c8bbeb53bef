import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDefined, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { ReplyOutcome } from './scheme.query.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAY_SAYS = { message: '日期应写作 2026-01-31' };

export class SchemeDto {
  @ApiProperty({ description: '方案文档：YAML 或 JSON 文本，或 JSON 对象', type: String })
  // As it came: the transformation would drop keys such as `toString` unseen.
  @Transform(({ obj }: { obj: { document?: unknown } }) => obj.document)
  @IsDefined()
  document!: unknown;
}

export class DifferenceDto {
  @ApiProperty({ description: '旧文档：文本或对象', type: String })
  @Transform(({ obj }: { obj: { before?: unknown } }) => obj.before)
  @IsDefined()
  before!: unknown;

  @ApiProperty({ description: '新文档：文本或对象', type: String })
  @Transform(({ obj }: { obj: { after?: unknown } }) => obj.after)
  @IsDefined()
  after!: unknown;
}

export class OtherVersionDto {
  @ApiProperty({ description: '与哪一版比（旧的一版）', example: '1' })
  @IsString()
  @Matches(/^[1-9]\d{0,8}$/, { message: '版本号' })
  with!: string;

  @ApiProperty({ required: false, description: '那一版的方案代码；不写为同一方案' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  code?: string;
}

export class PeriodDto {
  @ApiProperty({ example: '2025Q4' })
  @IsString()
  @Length(1, 16)
  period!: string;
}

export class ConsultDto {
  @ApiProperty({ example: '2026-01-05', description: '征求意见开始日' })
  @Matches(DAY, DAY_SAYS)
  opensOn!: string;

  @ApiProperty({ example: '2026-01-30', description: '征求意见截止日（含）' })
  @Matches(DAY, DAY_SAYS)
  closesOn!: string;

  @ApiProperty({ required: false, description: '向谁征求', example: '各银行机构、区生态环境局' })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  whom?: string;
}

export class ReplyDto {
  @ApiProperty({ description: '谁的意见', example: '青禾银行示范支行' })
  @IsString()
  @Length(1, 200)
  from!: string;

  @ApiProperty({ example: '2026-01-12', description: '收到日期' })
  @Matches(DAY, DAY_SAYS)
  receivedOn!: string;

  @ApiProperty({ description: '意见内容' })
  @IsString()
  @Length(1, 4000)
  content!: string;
}

export class SettleReplyDto {
  @ApiProperty({ enum: ['adopted', 'partly', 'declined'], description: '采纳、部分采纳、未采纳' })
  @IsIn(['adopted', 'partly', 'declined'])
  outcome!: ReplyOutcome;

  @ApiProperty({ description: '理由；采纳的写明改在哪里' })
  @IsString()
  @Length(1, 1000)
  reason!: string;
}

export class IssueDto {
  @ApiProperty({ description: '文号', example: '示府办发〔2026〕8号' })
  @IsString()
  @Length(2, 100)
  documentNumber!: string;

  @ApiProperty({ example: '2026-01-01', description: '施行日' })
  @Matches(DAY, DAY_SAYS)
  effectiveFrom!: string;

  @ApiProperty({ required: false, example: '2028-12-31', description: '施行止日（含）；不写为长期' })
  @IsOptional()
  @Matches(DAY, DAY_SAYS)
  effectiveTo?: string;
}

export class RetireDto {
  @ApiProperty({ description: '废止理由' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsISO8601, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';
import type { Disclosure } from '../scoring/disclosure/seen.js';

/** Without a zone a moment would depend on where the server stands. */
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/;

export class StartEvaluationDto {
  @ApiProperty({ example: 'bank-142' })
  @IsString()
  @Length(1, 64)
  scheme!: string;

  @ApiProperty({ example: 1 })
  @IsInt()
  @Min(1)
  @Max(999_999_999)
  version!: number;

  @ApiProperty({ example: '2025Q4', description: '年度方案写 2025，季度方案写 2025Q4' })
  @IsString()
  @Length(1, 16)
  period!: string;

  @ApiProperty({ required: false, description: '截止时刻；此后采纳的数据不参与。默认现在' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(INSTANT, { message: '带时区的时刻，如 2026-10-20T09:00:00+08:00' })
  cutOff?: string;

  @ApiProperty({ required: false, enum: ['sealed', 'open'] })
  @IsOptional()
  @IsIn(['sealed', 'open'])
  disclosure?: Disclosure;
}

export class PublishDto {
  @ApiProperty({ required: false, default: true, description: 'false：只公布等次，不公布名次' })
  @IsOptional()
  @IsBoolean()
  ranks?: boolean;
}

export class ReasonDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

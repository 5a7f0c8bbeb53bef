import { ApiProperty } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
} from 'class-validator';
import { INSTITUTION_TYPES } from '../forms/metric.js';
import { ListDto } from '../platform/list.dto.js';
import { PROGRESS_STATES } from './chasing.js';

const QUARTER = /^[0-9]{4}Q[1-4]$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;
const FILER_TYPES = [...INSTITUTION_TYPES, 'department', 'none'];
const NAMES_STATES = [...PROGRESS_STATES, 'overdue', 'missing'];

export class ProgressDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER, { message: '报告期，如 2026Q3' })
  period!: string;
}

export class NamesDto extends ListDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER, { message: '报告期，如 2026Q3' })
  period!: string;

  @ApiProperty({ required: false, enum: FILER_TYPES })
  @IsOptional()
  @IsIn(FILER_TYPES)
  type?: string;

  @ApiProperty({ required: false, enum: NAMES_STATES, description: 'overdue：逾期；missing：所有可催的' })
  @IsOptional()
  @IsIn(NAMES_STATES)
  state?: string;
}

export class RemindDto {
  @ApiProperty({ type: [String], description: '填报任务的编号' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ArrayUnique()
  @Matches(UUID, { each: true, message: '填报任务的编号' })
  obligations!: string[];

  @ApiProperty({ required: false, description: 'true：今天催过的再催一次' })
  @IsOptional()
  @IsBoolean()
  again?: boolean;
}

export class CallDto {
  @ApiProperty({ example: '张会计 023-6789 0123' })
  @IsString()
  @Length(1, 100)
  whom!: string;

  @ApiProperty({ example: '行里系统升级，周四报' })
  @IsString()
  @Length(1, 1000)
  said!: string;

  @ApiProperty({ required: false, example: '2026-10-22', description: '对方承诺的日期' })
  @IsOptional()
  @Matches(/^\d{4}-\d\d-\d\d$/, { message: '日期，如 2026-10-22' })
  @IsISO8601({ strict: true })
  promised?: string;

  @ApiProperty({ required: false, description: '通话时刻；缺省为现在' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(INSTANT, { message: '带时区的时刻，如 2026-10-20T09:00:00+08:00' })
  at?: string;
}

export class FormalNoticeDto {
  @ApiProperty({ example: '财催〔2026〕3号', description: '文号' })
  @IsString()
  @Length(2, 60)
  number!: string;

  @ApiProperty({ example: '2026-10-28T00:00:00+08:00', description: '补报期限' })
  @IsISO8601({ strict: true })
  @Matches(INSTANT, { message: '带时区的时刻，如 2026-10-28T00:00:00+08:00' })
  until!: string;
}

export class ClosingDto {
  @ApiProperty({ example: '机构已停业，无人办理' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

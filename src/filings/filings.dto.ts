import { ApiProperty } from '@nestjs/swagger';
import { Transform, Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsISO8601,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import type { CellState } from './filing.query.js';

const PERIOD = /^\d{4}Q[1-4]$/;
const CODE = /^[A-Z][A-Z0-9_]{1,63}$/;

export class CreateFilingDto {
  @ApiProperty({ required: false, example: '91500106MA5U0A1B7P', description: '统一社会信用代码；部门填报时不写' })
  @ValidateIf((dto: CreateFilingDto) => dto.department === undefined)
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, example: 'finance_bureau', description: '部门代码；机构填报时不写' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  department?: string;

  @ApiProperty({ example: 'bank-quarterly' })
  @IsString()
  @Length(1, 64)
  form!: string;

  @ApiProperty({ example: '2026Q3' })
  @Matches(PERIOD, { message: '报告期应写作 2026Q3' })
  period!: string;
}

/** The object as it came: the transformation would drop keys such as `toString` unseen. */
const asSent = ({ obj, key }: { obj: Record<string, unknown>; key: string }): unknown => obj[key];

/** A change of one cell. `value`: plain decimal text in the metric's unit, or null. */
export interface CellChange {
  readonly value: string | null;
  readonly state?: CellState;
  /** The version that the change was made from; left out: the cell was never filled. */
  readonly version?: number;
}

export class EditFilingDto {
  @ApiProperty({
    description: '指标代码 → { value: "420" | null, state?, version }',
    example: { BK_GL_BAL: { value: '420', version: 0 } },
    type: 'object',
    additionalProperties: true,
  })
  @Transform(asSent)
  @IsOptional()
  @IsObject()
  figures?: Record<string, unknown>;

  @ApiProperty({
    selfRequired: false,
    type: 'object',
    additionalProperties: { type: 'string', nullable: true },
    description: '校验（或规则）→ 说明；null 撤回',
  })
  @Transform(asSent)
  @IsOptional()
  @IsObject()
  justifications?: Record<string, unknown>;

  @ApiProperty({
    required: false,
    description: '行表的全部行，整体替换',
    example: [{ subject: '91500106MA5U0A1B7P', amounts: { BALANCE: '120.5' } }],
    type: 'array',
    items: { type: 'object', additionalProperties: true },
  })
  @Transform(asSent)
  @IsOptional()
  @IsArray()
  rows?: unknown[];
}

export class SubmitFilingDto {
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: '规则 → 说明' })
  @Transform(asSent)
  @IsOptional()
  @IsObject()
  justifications?: Record<string, unknown>;
}

export class ReturnFilingDto {
  @ApiProperty({ example: '数据有误' })
  @IsString()
  @Length(1, 64)
  reason!: string;

  @ApiProperty({ example: '余额与九类合计不符' })
  @IsString()
  @Length(1, 500)
  message!: string;

  @ApiProperty({ required: false, example: ['BK_GL_BAL'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(CODE, { each: true })
  cells?: string[];

  @ApiProperty({ required: false, nullable: true, example: '2026-10-25' })
  @IsOptional()
  @IsISO8601()
  due?: string | null;
}

export class AmendFilingDto {
  @ApiProperty({ example: '发现笔数漏填一笔' })
  @IsString()
  @Length(1, 500)
  reason!: string;

  @ApiProperty({ required: false, example: ['BK_GL_CNT'] })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(200)
  @Matches(CODE, { each: true })
  cells?: string[];
}

export class FilingReasonDto {
  @ApiProperty({ example: '风险点尚未说明清楚' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class PrefillDto {
  @ApiProperty({ required: false, example: ['BK_LOAN_BAL'], description: '指标代码；不写则为全部余额指标' })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(500)
  @Matches(CODE, { each: true })
  metrics?: string[];
}

export class RulingDto {
  @ApiProperty({ example: 'V07:BK_GL_NEW', description: '说明的键' })
  @IsString()
  @Length(1, 80)
  key!: string;

  @ApiProperty({ enum: ['upheld', 'refused'] })
  @IsIn(['upheld', 'refused'])
  ruling!: 'upheld' | 'refused';

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(0, 500)
  note?: string;
}

export class SetAsideDto {
  @ApiProperty({ example: 'BK_GL_BAL' })
  @Matches(CODE, { message: '指标代码' })
  metric!: string;

  @ApiProperty({ example: '与报送人民银行的口径不符，机构逾期未更正' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

class HeldFilingDto {
  @ApiProperty()
  @IsUUID()
  id!: string;

  @ApiProperty({ example: 7 })
  @IsInt()
  @Min(1)
  version!: number;
}

export class AcceptAllDto {
  @ApiProperty({ type: [HeldFilingDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => HeldFilingDto)
  filings!: HeldFilingDto[];
}

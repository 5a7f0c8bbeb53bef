import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Matches,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { ColumnRole } from './own-header.js';

const ROLES = ['name', 'code', 'period', 'figure', 'metric', 'value', 'unit', 'skip'] as const satisfies ColumnRole[];

export class NamesDto {
  @ApiProperty({ type: [String], description: '表中的机构名称、简称或信用代码' })
  @IsArray()
  @ArrayMaxSize(10_000)
  @IsString({ each: true })
  @MaxLength(200, { each: true })
  texts!: string[];
}

export class KeptColumnDto {
  @ApiProperty({ example: '绿色贷款余额（亿元）' })
  @IsString()
  @Length(1, 200)
  header!: string;

  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: ColumnRole;

  @ApiProperty({ required: false, nullable: true, example: 'BK_GL_BAL' })
  @IsOptional()
  @Matches(/^[A-Z][A-Z0-9_]{1,63}$/, { message: '指标代码' })
  metric!: string | null;

  @ApiProperty({ example: '亿元' })
  @IsString()
  @MaxLength(16)
  unit!: string;

  @ApiProperty({ example: '' })
  @IsString()
  @MaxLength(16)
  period!: string;
}

export class KeptNameDto {
  @ApiProperty({ description: '表中的写法' })
  @IsString()
  @Length(1, 128)
  text!: string;

  @ApiProperty({ description: '统一社会信用代码' })
  @IsString()
  @Length(1, 64)
  institution!: string;
}

export class KeepMappingDto {
  @ApiProperty({ example: '各行季度绿贷表' })
  @IsString()
  @Length(2, 60)
  name!: string;

  @ApiProperty({ type: [KeptColumnDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => KeptColumnDto)
  columns!: KeptColumnDto[];

  @ApiProperty({ type: [KeptNameDto], description: '确认过的机构写法，记为别名' })
  @IsArray()
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => KeptNameDto)
  names!: KeptNameDto[];
}

class ExportSheetDto {
  @ApiProperty({ example: '排名' })
  @IsString()
  @Length(1, 31)
  @Matches(/^[^\\/?*[\]:]+$/, { message: '工作表名' })
  name!: string;

  @ApiProperty({ type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @IsString({ each: true })
  @MaxLength(300, { each: true })
  head!: string[];

  @ApiProperty({ type: 'array', items: { type: 'array', items: { type: 'string' } } })
  @IsArray()
  @ArrayMaxSize(20_000)
  @IsArray({ each: true })
  rows!: string[][];

  @ApiProperty({ type: [Number], description: '按数字写入的列，从 1 起' })
  @IsArray()
  @ArrayMaxSize(200)
  @IsInt({ each: true })
  @Min(1, { each: true })
  numbers!: number[];
}

export class ExportTrialDto {
  @ApiProperty({ example: '各列等权' })
  @IsString()
  @Length(1, 120)
  title!: string;

  @ApiProperty({ type: [ExportSheetDto] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(6)
  @ValidateNested({ each: true })
  @Type(() => ExportSheetDto)
  sheets!: ExportSheetDto[];
}

import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { ListDto } from '../platform/list.dto.js';

export class SupposedDto {
  @ApiProperty({ description: '机构代码' })
  @IsString()
  @Length(1, 64)
  institution!: string;

  @ApiProperty({ example: '2025Q4' })
  @IsString()
  @Length(1, 16)
  period!: string;

  @ApiProperty({ example: 'BK_GL_BAL' })
  @IsString()
  @Length(1, 64)
  metric!: string;

  @ApiProperty({ type: String, nullable: true, example: '420', description: 'null：未报送' })
  @ValidateIf((change: SupposedDto) => change.value !== null)
  @IsString()
  @Length(1, 40)
  value!: string | null;
}

export class WhatIfDto {
  @ApiProperty({ type: [SupposedDto] })
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => SupposedDto)
  set!: SupposedDto[];

  @ApiProperty({
    required: false,
    description: '节点 → 权重；其余不变，合计由方案检查',
    example: { green_share: '60' },
  })
  @IsOptional()
  @IsObject()
  weights?: Record<string, string | number>;
}

export class RobustnessDto {
  @ApiProperty({ required: false, default: 1000 })
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(100_000)
  replications?: number;

  @ApiProperty({ required: false, default: 0.1, description: '每个权重乘以 1 ± 随机数，至多这么多；小于 1' })
  @IsOptional()
  @IsNumber({ maxDecimalPlaces: 6 })
  @Min(0)
  @Max(0.999_999)
  weights?: number;

  @ApiProperty({ required: false, default: 1 })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(0xffff_ffff)
  seed?: number;
}

export class IntervalListDto extends ListDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  cohort?: string;
}

export class AttributionListDto extends ListDto {
  @ApiProperty({ description: '与哪一次评价相比：变化 = 本次 − 那一次' })
  @IsUUID()
  against!: string;
}

export class ExportDto {
  @ApiProperty({ required: false, description: '供 Excel 打开：带字节序标记、中文表头，公式样的文本已处理' })
  @IsOptional()
  @IsIn(['1'])
  excel?: '1';
}

export class AttributionExportDto extends ExportDto {
  @ApiProperty({ description: '与哪一次评价相比' })
  @IsUUID()
  against!: string;
}

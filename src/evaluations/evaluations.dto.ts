import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, IsISO8601, IsOptional, IsString, Length, Min } from 'class-validator';

export class StartEvaluationDto {
  @ApiProperty({ example: 'bank-142' })
  @IsString()
  @Length(1, 64)
  scheme!: string;

  @ApiProperty({ example: 1 })
  @IsInt()
  @Min(1)
  version!: number;

  @ApiProperty({ example: '2025Q4', description: '年度方案写 2025，季度方案写 2025Q4' })
  @IsString()
  @Length(1, 16)
  period!: string;

  @ApiProperty({ required: false, description: '截止时刻；此后采纳的数据不参与。默认现在' })
  @IsOptional()
  @IsISO8601({ strict: true })
  cutOff?: string;

  @ApiProperty({ required: false, enum: ['sealed', 'open'] })
  @IsOptional()
  @IsIn(['sealed', 'open'])
  disclosure?: 'sealed' | 'open';
}

export class ReasonDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 500)
  reason?: string;
}

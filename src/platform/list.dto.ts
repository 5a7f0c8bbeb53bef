import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';

/** The query of every list: filters of the features extend it. */
export class ListDto {
  @ApiProperty({ required: false, description: '1–200，默认 50' })
  @IsOptional()
  @IsString()
  @Length(1, 8)
  limit?: string;

  @ApiProperty({ required: false, description: '上一页返回的 next' })
  @IsOptional()
  @IsString()
  @Length(1, 600)
  cursor?: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';

export class LoginDto {
  @ApiProperty({ example: 'officer' })
  @IsString()
  @Length(1, 64)
  username!: string;

  @ApiProperty()
  @IsString()
  @Length(1, 128)
  password!: string;

  @ApiProperty({ required: false, description: '动态口令' })
  @IsOptional()
  @IsString()
  @Length(6, 8)
  code?: string;
}

export class DemoEntryDto {
  @ApiProperty({ example: 'officer' })
  @IsString()
  @Length(1, 64)
  username!: string;
}

import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';

export class CredentialsDto {
  @ApiProperty({ example: 'officer' })
  @IsString()
  @Length(1, 64)
  username!: string;

  @ApiProperty({ description: '口令' })
  @IsString()
  @Length(1, 128)
  password!: string;
}

export class LoginDto extends CredentialsDto {
  @ApiProperty({ required: false, description: '动态口令' })
  @IsOptional()
  @Matches(/^\d{6}$/, { message: '6 位数字' })
  code?: string;
}

export class NewPasswordDto extends LoginDto {
  @ApiProperty({ description: '新口令' })
  @IsString()
  @Length(1, 512)
  newPassword!: string;
}

export class PasswordDto {
  @ApiProperty({ description: '现用口令' })
  @IsString()
  @Length(1, 128)
  password!: string;
}

export class CodeDto {
  @ApiProperty({ description: '动态口令' })
  @Matches(/^\d{6}$/, { message: '6 位数字' })
  code!: string;
}

export class PasswordAndCodeDto extends PasswordDto {
  @ApiProperty({ description: '动态口令' })
  @Matches(/^\d{6}$/, { message: '6 位数字' })
  code!: string;
}

export class DemoEntryDto {
  @ApiProperty({ example: 'officer' })
  @IsString()
  @Length(1, 64)
  username!: string;
}

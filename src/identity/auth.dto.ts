import { ApiProperty } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches, ValidateIf } from 'class-validator';
import { MAIL_ADDRESS } from '../platform/settings.js';

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

const PHONE = /^$|^\+?[0-9][0-9 -]{4,30}$/;
const NONE_OR_MAIL = new RegExp(`^$|${MAIL_ADDRESS.source}`);

export class ContactDto {
  @ApiProperty({ nullable: true, example: 'zhang.san@bank.example' })
  @ValidateIf(({ email }: ContactDto) => email !== null)
  @IsString()
  @Length(0, 254)
  @Matches(NONE_OR_MAIL, { message: '一个邮箱地址，如 zhang.san@bank.example，或留空' })
  email!: string | null;

  @ApiProperty({ nullable: true, example: '023-6789 0123' })
  @ValidateIf(({ phone }: ContactDto) => phone !== null)
  @IsString()
  @Matches(PHONE, { message: '电话号码，如 023-6789 0123，或留空' })
  phone!: string | null;
}

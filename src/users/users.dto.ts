import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsIn,
  IsISO8601,
  IsOptional,
  IsString,
  Length,
  Matches,
  ValidateNested,
} from 'class-validator';
import { ROLES, type Role } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { USERNAME } from './accounts-sheet.js';

class PersonDto {
  @ApiProperty({ example: 'zhang.san', description: '2–64 个字母、数字、点、下划线或连字符' })
  @Matches(USERNAME, { message: '2–64 个字母、数字、点、下划线或连字符' })
  username!: string;

  @ApiProperty({ example: '张三' })
  @IsString()
  @Length(1, 64)
  name!: string;
}

export class GrantDto {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;

  @ApiProperty({ required: false, example: '2026-12-01', description: '起日（含）或时刻；缺省为现在' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiProperty({ required: false, example: '2027-12-31', description: '止日（含）或时刻；缺省为长期' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

export class NewUserDto extends PersonDto {
  @ApiProperty({ enum: ROLES, isArray: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(ROLES.length)
  @IsIn(ROLES, { each: true })
  roles!: Role[];

  @ApiProperty({ required: false, description: '统一社会信用代码；机构人员必填' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, example: 'finance_bureau' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  department?: string;

  @ApiProperty({ required: false, description: '统一认证中的标识（sub）' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  externalId?: string;

  @ApiProperty({ required: false, example: '2026-12-01' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiProperty({ required: false, example: '2027-12-31' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

export class EndGrantDto {
  @ApiProperty({ enum: ROLES })
  @IsIn(ROLES)
  role!: Role;
}

export class DisableDto {
  @ApiProperty({ example: '调离' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export class RequestsDto {
  @ApiProperty({ type: [String], description: '账号申请的编号' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @Matches(ID, { each: true, message: '编号' })
  ids!: string[];
}

export class RefuseRequestsDto extends RequestsDto {
  @ApiProperty({ example: '该机构不自行填报' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

export class ThreePeopleDto {
  @ApiProperty({ type: [PersonDto] })
  @IsArray()
  @ArrayMinSize(3)
  @ArrayMaxSize(3)
  @ValidateNested({ each: true })
  @Type(() => PersonDto)
  people!: PersonDto[];
}

export class UserListDto extends ListDto {
  @ApiProperty({ required: false, description: '用户名或姓名的一部分' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  q?: string;

  @ApiProperty({ required: false, enum: ROLES })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiProperty({ required: false, description: '统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, enum: ['active', 'disabled', 'erased'] })
  @IsOptional()
  @IsIn(['active', 'disabled', 'erased'])
  state?: 'active' | 'disabled' | 'erased';
}

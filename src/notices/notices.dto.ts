import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { ListDto } from '../platform/list.dto.js';
import { MAIL_STATES, type MailState } from './notice.query.js';

export class NoticeListDto extends ListDto {
  @ApiProperty({ required: false, description: 'true：只看未读' })
  @IsOptional()
  @IsIn(['true'])
  unread?: string;
}

export class MailListDto extends ListDto {
  @ApiProperty({ required: false, enum: MAIL_STATES })
  @IsOptional()
  @IsIn(MAIL_STATES)
  state?: MailState;
}

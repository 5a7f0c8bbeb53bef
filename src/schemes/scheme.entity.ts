import { Column, Entity, PrimaryColumn } from 'typeorm';

export type SchemeState = 'draft' | 'reviewed';

/** 评价方案: a version of a scheme document. The text never changes; a better one is another version. */
@Entity()
export class Scheme {
  @PrimaryColumn('text') code!: string;
  @PrimaryColumn('int') version!: number;
  @Column('text') title!: string;
  @Column('text') cadence!: 'annual' | 'quarterly';
  /** Which list of institutions it evaluates: `district`, or a list of published figures. */
  @Column('text') register!: string;
  @Column('text') state!: SchemeState;
  @Column('text') document!: string;
  @Column('text') createdBy!: string;
  @Column('timestamptz') createdAt!: Date;
  @Column('text', { nullable: true }) reviewedBy!: string | null;
}

import { Injectable } from '@nestjs/common';

/** Asks whoever started this process to close everything in order and to start anew, in the same process. */
@Injectable()
export class Restart {
  private begin: () => void = () => undefined;
  /** Settles when somebody asks. */
  readonly asked = new Promise<void>((resolve) => {
    this.begin = resolve;
  });

  ask(): void {
    this.begin();
  }
}

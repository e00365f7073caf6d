/** Encoders that can be named. Types only. */

/** An encoder that was downloaded or can be. */
export interface EncoderView {
  /** As the setting `encoder` names it: "bge-small", "owner/repository@<commit>". */
  readonly name: string;
  /** On the host, "owner/name". */
  readonly repository: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  /** What it reads: images, texts, or both into one space. */
  readonly kind: "image" | "text" | "pair";
  readonly licence: string;
  /** Of all its files; approximate where it is not installed. */
  readonly bytes: number;
  /** Absolute path, whether it is there or not. */
  readonly folder: string;
  readonly installed: boolean;
}

/** What a download would bring, as the host lists it now: all that the user is asked about. */
export interface EncoderPlan extends EncoderView {
  /** "huggingface.co". */
  readonly host: string;
  readonly files: number;
  /** Without what an earlier download that was stopped has brought already. */
  readonly missingBytes: number;
}

export interface DownloadEncoderParams {
  /** {@link EncoderPlan.name}. */
  readonly name: string;
  readonly commit: string;
  /** What the user agreed to; a larger download is refused. */
  readonly bytes: number;
}

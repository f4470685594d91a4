// decode.ts: which codes does a picture show? Loaded only when a camera or a picture is opened.
// SPDX-License-Identifier: AGPL-3.0-or-later
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm";

// Without this the library would fetch its decoder from another host.
prepareZXingModule({ overrides: { locateFile: () => wasm } });

const detector = new BarcodeDetector({
    formats: ["data_matrix", "qr_code", "code_128", "code_39"],
});

export async function decode(picture: HTMLVideoElement | ImageBitmap): Promise<string[]> {
    return (await detector.detect(picture)).map((each) => each.rawValue).filter(Boolean);
}

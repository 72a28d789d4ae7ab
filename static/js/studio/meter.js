// Runs beside the sound: hands the samples over in tenths of a second, for the meter, the verdict and, where the browser has
// no recorder of its own, for the recording.
registerProcessor("meter", class extends AudioWorkletProcessor {
  block = new Float32Array(Math.round(sampleRate / 10));
  filled = 0;

  process([[samples]]) {
    for (const sample of samples ?? []) {
      this.block[this.filled++] = sample;
      if (this.filled === this.block.length) {
        this.port.postMessage(this.block);
        this.filled = 0;
      }
    }
    return true;
  }
});

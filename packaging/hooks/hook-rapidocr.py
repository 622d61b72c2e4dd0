"""rapidocr's settings and the models that lie in its wheel; the engine's parts are imported by name."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

datas = collect_data_files("rapidocr", includes=["**/*.yaml", "**/*.onnx"])
hiddenimports = [
    *collect_submodules("rapidocr.inference_engine.onnxruntime"),
    *collect_submodules("rapidocr.ch_ppocr_det"),
    *collect_submodules("rapidocr.ch_ppocr_cls"),
    *collect_submodules("rapidocr.ch_ppocr_rec"),
]

"""Opens the weights of the trained models in this installation, and exports the missing ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from isletbot.errors import WeightsError
from isletbot.inference.adapter import ModelName, open_adapter
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.relevance import OnnxRelevance
from isletbot.inference.weights import find_weights


@dataclass(frozen=True, slots=True)
class InstalledModels:
    weights_dir: Path
    models_dir: Path
    source: Path | None = None
    """A local folder with the base model; without it the installed package or the model hub is used."""

    def open_weights(self, name: ModelName, report: Callable[[str, int, int], None]) -> Path:
        """Returns the exported weights of a trained model. Loads torch only when there are none."""
        adapter = open_adapter(self.models_dir, name)
        folder = find_weights(self.weights_dir, adapter.sha256)
        if folder is None:
            from isletbot.inference.export import export_weights

            report(f"exporting weights of the {name}", 0, 1)
            folder = export_weights(self.weights_dir, adapter, self.source)
            report(f"exporting weights of the {name}", 1, 1)
        return folder

    def check_weights(self) -> OnnxEmbeddings:
        """Opens both models and returns the reader; exports nothing. Raises WeightsError."""
        OnnxRelevance(self._require_weights("relevance"))
        return OnnxEmbeddings(self._require_weights("reader"))

    def _require_weights(self, name: ModelName) -> Path:
        folder = find_weights(self.weights_dir, open_adapter(self.models_dir, name).sha256)
        if folder is None:
            raise WeightsError(f"There are no exported weights of the {name} in {str(self.weights_dir)!r}.")
        return folder

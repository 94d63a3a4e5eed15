using WhatsAI.Core.Contacts.Import;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Contacts.Imports;

/// <summary>How an import's state is drawn and called.</summary>
internal static class ImportLooks
{
    public static Tone Tone(this ImportState state) =>
        state switch
        {
            ImportState.Running => Common.Tone.Info,
            ImportState.Done => Common.Tone.Ok,
            ImportState.Failed => Common.Tone.Critical,
            _ => Common.Tone.Unknown,
        };

    public static string Icon(this ImportState state) =>
        state switch
        {
            ImportState.Running => "sync",
            ImportState.Done => "check_circle",
            ImportState.Failed => "error",
            ImportState.Cancelled => "cancel",
            _ => "pending",
        };

    /// <summary>Of its words in <see cref="ContactsText"/>.</summary>
    public static string Key(this ImportState state) =>
        state switch
        {
            ImportState.Running => "import.state.running",
            ImportState.Done => "import.state.done",
            ImportState.Failed => "import.state.failed",
            ImportState.Cancelled => "import.state.cancelled",
            _ => "import.state.uploaded",
        };
}

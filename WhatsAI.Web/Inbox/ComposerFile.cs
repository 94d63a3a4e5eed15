using Microsoft.AspNetCore.Components.Forms;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Infrastructure.Messaging.Media;

namespace WhatsAI.Web.Inbox;

/// <summary>A file in the composer, from the choice to the send.</summary>
public sealed class ComposerFile(IBrowserFile file) : IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Made with the choice: sent twice by a shaky finger, it goes out once.</summary>
    public Guid Key { get; } = Guid.NewGuid();

    /// <summary>The key it was last handed over under: its own, or the composition's where it carried the words. Asked for first when it is sent again.</summary>
    public Guid? SentAs { get; set; }

    public string Name { get; } = FileNames.Safe(file.Name) ?? "file";

    public long Size { get; } = file.Size;

    public int Percent { get; private set; }

    /// <summary>Set once it is here.</summary>
    public Upload? Upload { get; set; }

    /// <summary>Address of the picture, once it is here.</summary>
    public string? Preview { get; set; }

    /// <summary>Why it cannot be sent, in words.</summary>
    public string? Problem { get; set; }

    /// <summary>Taken out again, or the page was left.</summary>
    public CancellationToken Gone => _gone.Token;

    /// <summary>Ends an upload that is still under way.</summary>
    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }

    /// <param name="progressed">Called at each further twentieth.</param>
    public Stream Open(Func<Task> progressed) =>
        new ProgressStream(
            file.OpenReadStream(AttachmentRules.LargestFile, _gone.Token),
            read =>
            {
                var percent = Size == 0 ? 100 : (int)(read * 100 / Size);
                if (percent >= Percent + 5 || percent == 100)
                {
                    Percent = percent;
                    _ = progressed();
                }
            }
        );
}

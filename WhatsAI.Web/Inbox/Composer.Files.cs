using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Web.Common;

namespace WhatsAI.Web.Inbox;

/// <summary>The files attached to what is being written: taken in as they are chosen, sent with the message.</summary>
public sealed partial class Composer
{
    private const int MostFiles = 10;
    private readonly List<ComposerFile> _files = [];

    // A field that is read from must stay in the page; the next choice gets a new one.
    private readonly List<int> _slots = [0];

    private bool Uploading => _files.Exists(f => f.Upload is null && f.Problem is null);

    /// <summary>
    /// The attached files, the words with the first that can carry them. Null when all were taken. Asked again with the same key after an answer was lost,
    /// it sends only what was not taken yet, whichever circuit took the rest.
    /// </summary>
    /// <param name="despite">He was asked, and sends it all the same.</param>
    internal async Task<SendRefusal?> SendFilesAsync(Guid key, string text, MessageId? replyTo, bool despite)
    {
        // Once for all of them: his own first file is no colleague's.
        var guard = Guard(Conversation, despite, waited: 0);
        var (words, quoted) = (text.Trim(), replyTo);
        try
        {
            words = words.Length > 0 && await replies.TookAsync(key, Gone) ? "" : words;
            foreach (var file in _files.Where(f => f.Upload is not null).ToList())
            {
                if (file.SentAs is not { } before || !await replies.TookAsync(before, Gone))
                {
                    var carries = words.Length > 0 && file.Upload!.Kind != MessageKind.Audio;
                    file.SentAs = carries ? key : file.Key;
                    var caption = carries ? words : null;
                    var answer = await replies.AnswerFileAsync(Conversation, file.SentAs.Value, file.Upload!, caption, quoted, guard, Gone);
                    if (await RefusalAsync(answer) is { } refusal)
                    {
                        StateHasChanged();
                        return refusal;
                    }

                    guard = null;
                    words = carries ? "" : words;
                }

                quoted = null;
                _files.Remove(file);
            }

            if (words.Length > 0)
            {
                await replies.AnswerTextAsync(Conversation, key, words, quoted, guard: null, Gone);
            }
        }
        catch (RuleException broken)
        {
            StateHasChanged();
            return new SendRefusal(TextOf(broken), null);
        }

        _files.Clear();
        await DoneAsync(Conversation, replyTo);
        StateHasChanged();
        return null;
    }

    /// <summary>Whether a composition arrived whose answer was lost together with its circuit.</summary>
    internal Task<bool> TookAsync(Guid key) => replies.TookAsync(key, Gone);

    private async Task AddAsync(InputFileChangeEventArgs chosen)
    {
        var slot = _slots[^1];
        _slots.Add(slot + 1);
        if (chosen.FileCount > MostFiles)
        {
            Toasts.Show(L["files.too-many", MostFiles], Tone.Warn);
        }

        var files = chosen
            .GetMultipleFiles(Math.Max(chosen.FileCount, 1))
            .Take(MostFiles - _files.Count)
            .Select(f => new ComposerFile(f))
            .ToList();
        _files.AddRange(files);
        StateHasChanged();
        foreach (var file in files.TakeWhile(_ => !Gone.IsCancellationRequested).Where(_files.Contains))
        {
            await UploadAsync(file);
        }

        _slots.Remove(slot);
    }

    private async Task UploadAsync(ComposerFile file)
    {
        try
        {
            if (file.Size > AttachmentRules.LargestFile)
            {
                throw new RuleException("attachment.too-large", AttachmentRules.LargestFile / 1024 / 1024);
            }

            await using var content = file.Open(() => InvokeAsync(StateHasChanged));
            file.Upload = await media.UploadAsync(content, file.Name, file.Gone);
            file.Preview = file.Upload.Kind == MessageKind.Image ? InboxUrl.Media(Shell, file.Upload.Id) : null;
        }
        catch (RuleException broken)
        {
            file.Problem = TextOf(broken);
        }
        catch (Exception e) when (e is IOException or JSException or JSDisconnectedException)
        {
            file.Problem = L["file.interrupted"];
        }
        catch (OperationCanceledException)
        {
            // Removed, or the page was left.
        }

        StateHasChanged();
    }

    private void Remove(ComposerFile file)
    {
        _files.Remove(file);
        file.Dispose();
    }
}

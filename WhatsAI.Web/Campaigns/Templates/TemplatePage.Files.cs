using Microsoft.AspNetCore.Components.Forms;
using Microsoft.JSInterop;
using WhatsAI.Core.Common;
using WhatsAI.Core.Inbox.Later;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Messaging.Media;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Web.Campaigns.Templates;

/// <summary>The file above the words: taken in as it is chosen, kept with the template when that is saved.</summary>
public sealed partial class TemplatePage
{
    private ComposerFile? _chosen;
    private int _slot;

    private bool Uploading => _chosen is { Upload: null, Problem: null };

    protected override ValueTask LeaveAsync()
    {
        _chosen?.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task UploadAsync(InputFileChangeEventArgs chosen)
    {
        _slot++;
        var file = new ComposerFile(chosen.File);
        _chosen = file;
        try
        {
            if (file.Size > AttachmentRules.LargestFile)
            {
                throw new RuleException("attachment.too-large", AttachmentRules.LargestFile / 1024 / 1024);
            }

            await using var content = file.Open(() => InvokeAsync(StateHasChanged));
            var upload = await media.UploadAsync(content, file.Name, file.Gone);
            var body = upload.ToBody(words: null);
            if (body is not (ImageBody or VideoBody or DocumentBody))
            {
                throw new RuleException("template.file-invalid");
            }

            (file.Upload, _chosen) = (upload, null);
            Change(() => _draft!.File = new ScheduledFile(upload.Id, body));
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
            // Taken out again, or the page was left.
        }
    }

    private void RemoveFile()
    {
        _chosen?.Dispose();
        _chosen = null;
        Change(() => _draft!.File = null);
    }
}

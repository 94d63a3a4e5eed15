using Bunit;
using WhatsAI.Core.Instances;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Tests.Common;
using WhatsAI.Web.Inbox;

namespace WhatsAI.Tests.Inbox;

public sealed class MediaContentTests : ComponentContext
{
    private static readonly ThreadContext _thread = new(
        Shell,
        "Carla",
        "c",
        null,
        new UserId(Guid.NewGuid()),
        MayReply: true,
        MayResend: false
    );

    [Fact]
    public void Picture_is_shown_only_when_its_bytes_are_one()
    {
        Show(new MediaRow(new MediaId(Guid.NewGuid()), MediaState.Ready, "image/png", 10, null)).FindAll("img").Count.ShouldBe(1);

        var page = Show(new MediaRow(new MediaId(Guid.NewGuid()), MediaState.Ready, "application/octet-stream", 10, "foto.jpg"));
        page.FindAll("img").ShouldBeEmpty();
        page.Find("a.doc").GetAttribute("href").ShouldEndWith("?download=1");
    }

    [Fact]
    public void File_that_is_not_here_says_why_and_can_be_asked_for_again()
    {
        var shown = Show(new MediaRow(null, MediaState.Failed, "image/jpeg", null, null), "media.too-large");

        shown.Markup.ShouldContain("The file is larger than this console stores");
        shown.Find("button").GetAttribute("data-do").ShouldBe("retry");
    }

    [Fact]
    public void File_that_was_kept_long_enough_says_so_and_is_not_asked_for_again()
    {
        var shown = Show(new MediaRow(null, MediaState.Failed, "image/jpeg", null, null), "media.expired");

        shown.Markup.ShouldContain("This file was removed");
        shown.FindAll("button").ShouldBeEmpty();
    }

    private IRenderedComponent<MediaContent> Show(MediaRow media, string? reason = null) =>
        Render<MediaContent>(p => p.Add(c => c.Row, Row(media, reason)).Add(c => c.Thread, _thread));

    private static MessageRow Row(MediaRow media, string? reason) =>
        new(
            new MessageId(Guid.NewGuid()),
            new ConversationId(Guid.NewGuid()),
            new InstanceId(Guid.NewGuid()),
            MessageDirection.In,
            MessageOrigin.Customer,
            MessageKind.Image,
            "",
            new ImageBody(new MediaReference("image/jpeg")),
            DateTimeOffset.UnixEpoch,
            null,
            reason,
            null,
            null,
            null,
            null,
            null,
            null,
            [],
            media,
            HasProviderId: true,
            null
        );
}

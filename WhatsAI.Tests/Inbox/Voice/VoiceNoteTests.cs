using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;

namespace WhatsAI.Tests.Inbox.Voice;

public sealed class VoiceNoteTests
{
    [Theory]
    [InlineData(-3, 1)]
    [InlineData(0, 1)]
    [InlineData(42, 42)]
    [InlineData(VoiceNote.Longest + 2, VoiceNote.Longest)]
    public void Length_is_kept_within_what_may_be_recorded(int said, int kept) => VoiceNote.Of(said, loudness: null).Seconds.ShouldBe(kept);

    [Fact]
    public void Longer_than_may_be_recorded_is_refused() =>
        Should.Throw<RuleException>(() => VoiceNote.Of(VoiceNote.Longest + 6, loudness: null)).Key.ShouldBe("voice.too-long");

    [Fact]
    public void Loudness_is_as_much_as_WhatsApp_takes()
    {
        VoiceNote.Of(5, [0, 50, 255]).Waveform.ShouldBe([0, 50, 100]);
        VoiceNote.Of(5, [.. Enumerable.Repeat((byte)9, 500)]).Waveform!.Length.ShouldBe(VoiceNote.Bars);
        VoiceNote.Of(5, []).Waveform.ShouldBeNull();
    }

    [Theory]
    [InlineData(MessageKind.Audio, "audio/webm", true)]
    [InlineData(MessageKind.Audio, "audio/ogg", true)]
    [InlineData(MessageKind.Audio, "audio/mp4", true)]
    [InlineData(MessageKind.Audio, "audio/mpeg", false)]
    [InlineData(MessageKind.Video, "video/webm", false)]
    [InlineData(MessageKind.Document, "text/plain", false)]
    public void Only_what_browsers_record_is_a_voice_message(MessageKind kind, string type, bool is_) =>
        (Record.Exception(() => VoiceNote.Demand(kind, type)) is null).ShouldBe(is_);
}

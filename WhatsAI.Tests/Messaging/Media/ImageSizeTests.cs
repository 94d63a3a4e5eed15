using WhatsAI.Core.Messaging.Media;

namespace WhatsAI.Tests.Messaging.Media;

public sealed class ImageSizeTests
{
    [Fact]
    public void Size_is_read_from_each_header()
    {
        ImageSize.Read("image/png", Samples.Png(640, 480)).ShouldBe(new ImageSize(640, 480));
        ImageSize.Read("image/jpeg", Samples.Jpeg(640, 480)).ShouldBe(new ImageSize(640, 480));
        ImageSize.Read("image/gif", Samples.Text("GIF89a\u0080\u0002\u00E0\u0001")).ShouldBe(new ImageSize(640, 480));
        ImageSize
            .Read("image/webp", Samples.Text("RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0\u007F\u0002\0\u00DF\u0001\0"))
            .ShouldBe(new ImageSize(640, 480));
        ImageSize
            .Read("image/webp", Samples.Text("RIFF\0\0\0\0WEBPVP8 ....\0\0\0\u009D\u0001\u002A\u0080\u0002\u00E0\u0001"))
            .ShouldBe(new ImageSize(640, 480));
    }

    [Fact]
    public void Picture_that_unfolds_to_gigabytes_is_only_a_file()
    {
        SniffedFile.Of(Samples.Png(20_000, 20_000)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Png(15_999, 15_999)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Png(uint.MaxValue, 1)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Png(0, 1)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Jpeg(65_535, 65_535)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Png(10_000, 10_000)).ContentType.ShouldBe("image/png");
    }

    [Fact]
    public void Picture_whose_header_hides_its_size_is_only_a_file()
    {
        SniffedFile.Of(Samples.Jpeg().AsSpan(0, 40)).ContentType.ShouldBe(MediaType.Unknown);
        SniffedFile.Of(Samples.Text("RIFF\0\0\0\0WEBPabcd..............")).ContentType.ShouldBe(MediaType.Unknown);
    }
}

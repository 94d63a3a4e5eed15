using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Persistence;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;

namespace WhatsAI.Tests.Messaging.Media;

public sealed class UploadTests : IAsyncLifetime
{
    private readonly string _directory = Directory.CreateTempSubdirectory("whatsai-media-").FullName;
    private TestServices _services = null!;
    private CreatedTenant _tenant = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _services = await TestServices.StartAsync(("Media:Directory", _directory), ("Media:MaxBytes", "5000000"));
        _tenant = await _services.NewTenantAsync();
    }

    [Fact]
    public async Task Picture_is_stored_and_described_by_its_bytes()
    {
        var upload = await UploadAsync(Samples.Png(640, 480), "C:\\fotos\\praia.png");

        upload.Kind.ShouldBe(MessageKind.Image);
        (upload.File.MimeType, upload.File.FileName, upload.File.Width, upload.File.Height).ShouldBe(("image/png", "praia.png", 640, 480));
        await using var scope = _services.Enter(_tenant, Role.Agent);
        (await scope.ServiceProvider.GetRequiredService<MediaQueries>().FindAsync(upload.Id, Ct))!.Hash.ShouldBe(upload.File.Sha256);
    }

    [Theory]
    [InlineData("foto.jpg", "<html><script>alert(1)</script>", "attachment.not-what-it-says")]
    [InlineData("foto.jpg", "MZ\u0090\u0000", "attachment.forbidden")]
    [InlineData("vazio.txt", "", "attachment.empty")]
    public async Task Refused_file_leaves_nothing_behind(string name, string content, string key)
    {
        (await Should.ThrowAsync<RuleException>(() => UploadAsync(Encoding.Latin1.GetBytes(content), name))).Key.ShouldBe(key);

        await AssertNothingKeptAsync();
    }

    [Fact]
    public async Task File_over_the_limit_is_refused_without_reading_on()
    {
        using var endless = new Endless();

        (await Should.ThrowAsync<RuleException>(() => UploadAsync(endless, "filme.mp4"))).Key.ShouldBe("attachment.too-large");

        endless.Given.ShouldBeLessThan(6_000_000);
        await AssertNothingKeptAsync();
    }

    [Fact]
    public async Task File_of_another_company_is_not_found()
    {
        var upload = await UploadAsync(Samples.Png(), "a.png");
        var other = await _services.NewTenantAsync();

        await using var scope = _services.Enter(other);

        (await scope.ServiceProvider.GetRequiredService<MediaQueries>().FindAsync(upload.Id, Ct)).ShouldBeNull();
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task AssertNothingKeptAsync()
    {
        Directory.GetFiles(_directory, "*", SearchOption.AllDirectories).ShouldBeEmpty();
        await using var scope = _services.Enter(_tenant);
        await using var db = await scope.ServiceProvider.GetRequiredService<IDbContextFactory<ConsoleDb>>().CreateDbContextAsync(Ct);
        (await db.MediaFiles.AnyAsync(Ct)).ShouldBeFalse();
    }

    private Task<Upload> UploadAsync(byte[] content, string name) => UploadAsync(new MemoryStream(content), name);

    private async Task<Upload> UploadAsync(Stream content, string name)
    {
        await using var scope = _services.Enter(_tenant, Role.Agent);
        return await scope.ServiceProvider.GetRequiredService<MediaActions>().UploadAsync(content, name, Ct);
    }

    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => Given;
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush() { }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

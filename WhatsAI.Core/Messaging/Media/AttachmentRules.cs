using System.Collections.Frozen;
using WhatsAI.Core.Common;

namespace WhatsAI.Core.Messaging.Media;

/// <summary>Which files may be sent, and as what.</summary>
public static class AttachmentRules
{
    private const long Megabyte = 1024 * 1024;

    /// <summary>Bytes: the most that any file may have.</summary>
    public const long LargestFile = 100 * Megabyte;

    /// <summary>Bytes: the most that WhatsApp shows as a picture or plays as sound.</summary>
    public const long LargestPicture = 16 * Megabyte;

    // What a customer's computer would run, or his browser, with a double click.
    private static readonly FrozenSet<string> _dangerous = FrozenSet.Create(
        StringComparer.Ordinal,
        "ade,apk,app,appimage,appx,bat,chm,class,cmd,com,cpl,deb,dex,dll,dmg,docm,dotm,elf,exe,hta,htm,html,iso,jar,jnlp,js,jse,lnk,mjs,mhtml,msc,msi,msix,msp,"
            .Split(',')
            .Concat(
                "mst,pif,pkg,ps1,psm1,pptm,py,rb,reg,rpm,scr,sct,sh,svg,svgz,swf,sys,url,vb,vbe,vbs,vhd,ws,wsc,wsf,wsh,xhtml,xlam,xlsm,xltm,xll".Split(
                    ','
                )
            )
            .Where(extension => extension.Length > 0)
            .ToArray()
    );

    // An extension that promises bytes we would have recognized.
    private static readonly FrozenSet<string> _recognizable = FrozenSet.Create(
        StringComparer.Ordinal,
        "jpg,jpeg,png,gif,webp,mp4,m4v,3gp,mov,webm,ogg,opus,mp3,m4a,aac,amr,wav,pdf,doc,docx,xls,xlsx,ppt,pptx,odt,ods,odp,zip,txt,csv".Split(
            ','
        )
    );

    /// <summary>How a file is sent: as picture, video, sound, or else as a document.</summary>
    /// <param name="fileName">As <see cref="FileNames.Safe"/> left it.</param>
    /// <param name="file">What its bytes say.</param>
    /// <param name="size">Bytes.</param>
    /// <exception cref="RuleException">It is empty, too large, a program, or not what its name promises.</exception>
    public static MessageKind KindOf(string? fileName, SniffedFile file, long size)
    {
        var extension = FileNames.Extension(fileName);
        if (size == 0)
        {
            throw new RuleException("attachment.empty");
        }

        if (size > LargestFile)
        {
            throw new RuleException("attachment.too-large", LargestFile / Megabyte);
        }

        if (file.ContentType == MediaType.Executable || _dangerous.Contains(extension))
        {
            throw new RuleException("attachment.forbidden");
        }

        // A spreadsheet saved as UTF-16 text has no bytes to be recognized by; a picture too large to be shown has.
        if (
            file is { ContentType: MediaType.Unknown, Size: null }
            && _recognizable.Contains(extension)
            && extension is not ("txt" or "csv")
        )
        {
            throw new RuleException("attachment.not-what-it-says", extension);
        }

        return KindOf(file.ContentType, size);
    }

    /// <summary>
    /// The type a file is stored and sent with. What its bytes leave open the name decides, among types that are offered as downloads only: the customer's
    /// phone chooses by it which program opens the file.
    /// </summary>
    public static string TypeOf(string? fileName, SniffedFile file) =>
        (file.ContentType, FileNames.Extension(fileName)) switch
        {
            (MediaType.OldOffice, "doc") => "application/msword",
            (MediaType.OldOffice, "xls") => "application/vnd.ms-excel",
            (MediaType.OldOffice, "ppt") => "application/vnd.ms-powerpoint",
            (MediaType.OldOffice, _) => MediaType.Unknown,
            (MediaType.PlainText or MediaType.Unknown, "csv") => "text/csv",
            (MediaType.PlainText, "vcf") => "text/vcard",
            var (type, _) => type,
        };

    private static MessageKind KindOf(string type, long size) =>
        type switch
        {
            "image/jpeg" or "image/png" or "image/webp" when size <= LargestPicture => MessageKind.Image,
            "video/mp4" or "video/3gpp" => MessageKind.Video,
            "audio/ogg" or "audio/mpeg" or "audio/mp4" or "audio/aac" or "audio/amr" or "audio/webm" when size <= LargestPicture =>
                MessageKind.Audio,
            _ => MessageKind.Document,
        };
}

using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies an ELF shared library and marks one version that it needs of another library as weak
/// (VER_FLG_WEAK of <c>.gnu.version_r</c>, System V gABI "Symbol Versioning"), so that it loads without that version.
/// A library without such a need, or on a system whose libraries have the version, is copied as it is.
/// </summary>
public class WeakenVersionNeed : Task
{
    private const uint VersionNeedSection = 0x6ffffffe; // SHT_GNU_verneed
    private const byte Weak = 2; // VER_FLG_WEAK

    private static readonly string[] LibraryDirectories =
        { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib64" };

    [Required] public string Source { get; set; } = "";
    [Required] public string Destination { get; set; } = "";
    [Required] public string Library { get; set; } = "";
    [Required] public string Version { get; set; } = "";

    /// <summary>Mark it even where this system has the version.</summary>
    public bool Always { get; set; }

    public override bool Execute()
    {
        byte[] image = File.ReadAllBytes(Source);
        if (Always || !SystemHasVersion())
        {
            try
            {
                if (MarkWeak(image)) Log.LogMessage(MessageImportance.Low, "{0}: {1} is now a weak need", Destination, Version);
            }
            catch (Exception e) when (e is ArgumentException || e is IndexOutOfRangeException || e is InvalidDataException)
            {
                Log.LogError("{0} is not a 64-bit ELF library that can be read ({1}); restore the packages again.", Source, e.Message);
                return false;
            }
        }
        // A fresh file, never a write through a link into the package cache.
        File.Delete(Destination);
        File.WriteAllBytes(Destination, image);
        return true;
    }

    private bool SystemHasVersion()
    {
        string path = LibraryDirectories.Select(d => Path.Combine(d, Library)).FirstOrDefault(File.Exists);
        if (path is null) return false;
        // The name stands between zero bytes in the string table. Latin-1 maps every byte to one character.
        string image = Encoding.GetEncoding("ISO-8859-1").GetString(File.ReadAllBytes(path));
        return image.IndexOf("\0" + Version + "\0", StringComparison.Ordinal) >= 0;
    }

    private bool MarkWeak(byte[] image)
    {
        if (image.Length < 64 || BitConverter.ToUInt32(image, 0) != 0x464c457f || image[4] != 2) throw new InvalidDataException("no ELF header");
        long sections = BitConverter.ToInt64(image, 0x28);
        int sectionSize = BitConverter.ToUInt16(image, 0x3a), sectionCount = BitConverter.ToUInt16(image, 0x3c);
        bool marked = false;
        for (int s = 0; s < sectionCount; s++)
        {
            int header = checked((int)sections + s * sectionSize);
            if (BitConverter.ToUInt32(image, header + 4) != VersionNeedSection) continue;
            int names = SectionOffset(image, checked((int)sections + BitConverter.ToInt32(image, header + 0x28) * sectionSize));
            marked |= MarkWeakInSection(image, SectionOffset(image, header), names);
        }
        return marked;
    }

    private bool MarkWeakInSection(byte[] image, int need, int names)
    {
        bool marked = false;
        for (int nextNeed = -1; nextNeed != 0; need += nextNeed)
        {
            nextNeed = BitConverter.ToInt32(image, need + 12);
            bool ofLibrary = NameAt(image, names + BitConverter.ToInt32(image, need + 4)) == Library;
            int version = need + BitConverter.ToInt32(image, need + 8);
            for (int nextVersion = -1; nextVersion != 0; version += nextVersion)
            {
                nextVersion = BitConverter.ToInt32(image, version + 12);
                if (!ofLibrary || NameAt(image, names + BitConverter.ToInt32(image, version + 8)) != Version) continue;
                image[version + 4] |= Weak;
                marked = true;
            }
        }
        return marked;
    }

    private static int SectionOffset(byte[] image, int header) => checked((int)BitConverter.ToInt64(image, header + 0x18));

    private static string NameAt(byte[] image, int offset) => Encoding.ASCII.GetString(image, offset, Array.IndexOf(image, (byte)0, offset) - offset);
}
